"""What Verilog of others may not ask of the programs that read it.

Yosys and Icarus run what a text tells them to: they call functions of C, write files, and
follow includes. The text is looked at before either program sees it. Memories may be read
from files: models of cells do that.
"""

import re
from collections.abc import Collection

from characterize.errors import CharacterizeError

# Of constants, of types, of formal properties; timing checks; messages.
_HARMLESS = frozenset(
    [
        "signed", "unsigned", "clog2", "bits", "size", "left", "right", "low", "high",
        "increment", "dimensions", "unpacked_dimensions", "countones", "countbits",
        "onehot", "onehot0", "isunknown", "rtoi", "itor", "realtobits", "bitstoreal", "ln",
        "log10", "exp", "sqrt", "pow", "floor", "ceil", "sin", "cos", "tan", "asin", "acos",
        "atan", "atan2", "hypot", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "abs",
        "min", "max", "past", "stable", "rose", "fell", "changed", "sampled", "anyconst",
        "anyseq", "allconst", "allseq", "initstate", "ff", "random",
        "readmemb", "readmemh", "urandom",
        "urandom_range", "setup", "hold", "setuphold", "recovery", "removal", "recrem",
        "width", "period", "skew", "nochange", "timeskew", "fullskew", "display",
        "displayb", "displayh", "displayo", "write", "writeb", "writeh", "writeo", "strobe",
        "monitor", "monitoron", "monitoroff", "time", "stime", "realtime", "timeformat",
        "printtimescale", "finish", "stop", "error", "warning", "info", "fatal",
        "assertoff", "asserton", "assertkill", "typename", "sformatf",
    ]
)  # fmt: skip
_GATE = re.compile(r"_[A-Za-z0-9_]+_")  # Yosys's own, `$_AND_`
_TOKEN = re.compile(
    r"""
      (?P<comment> //[^\n]* | /\*.*?\*/ )
    | (?P<string>  "(?:\\.|[^"\\\n])*" )
    | (?P<escaped> \\\S+ )
    | (?P<paste>   `` )
    | (?P<mark>    `[A-Za-z_]\w* )
    | (?P<word>    [A-Za-z_][\w$]* )
    | (?P<system>  \$[A-Za-z0-9_$]* [\\`]? )
    | (?P<number>  \d[\w.]* )
    | (?P<space>   \s+ )
    | (?P<other>   . )
    """,
    re.VERBOSE | re.DOTALL,
)


def check_text(name: str, text: str, given: Collection[str] = ()) -> None:
    """Refuse Verilog that asks for other texts, functions of C, or system tasks that write.

    Parameters
    ----------
    name
        Of the file, for messages.
    text
        All of it.
    given
        Names of the files that are there: these may be included.

    Raises
    ------
    CharacterizeError
        One line with the file, the line in it, and what it asks for.
    """
    if "\0" in text:
        raise CharacterizeError(f"{name}: holds a zero byte: it is no Verilog text")
    before, pasted, asked = "", False, ""
    for match in _TOKEN.finditer(text):
        kind, token = str(match.lastgroup), match[0]
        if kind in ("comment", "space"):
            continue
        problem = ""
        if kind == "system":
            asked = asked or token
            if not _is_harmless(token[1:]):
                problem = f"{token} is not for hardware: take it out"
        elif kind == "paste":
            pasted = True
        elif before == "`include" and token.strip('"') not in given:
            problem = f"includes {token}, which is none of the files: give it too"
        elif before == "import" and kind == "string":
            problem = "imports a function of C: take it out"
        if pasted and asked:
            problem = f"`` and {asked} in one text: names must not be pasted together"
        if problem:
            line = text.count("\n", 0, match.start()) + 1
            raise CharacterizeError(f"{name}:{line}: {problem}")
        before = token


def _is_harmless(name: str) -> bool:
    """Of a system name without its `$`; empty where a `$` stands alone, as in `[0:$]`."""
    return not name or name in _HARMLESS or _GATE.fullmatch(name) is not None
