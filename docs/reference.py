"""Pages of the reference that are made of what they describe: commands, and columns of tables.

`python docs/reference.py FOLDER` writes commands.md and tables.md.
"""

import json
import sys
from pathlib import Path
from typing import Any

import typer

from characterize.cli import app as characterize_app
from sim.cli import app as sim_app

REPOSITORY = Path(__file__).parents[1]


def commands() -> str:
    """A section for each command, with its arguments and options."""
    lines = ["# Commands", ""]
    for name, app in (("characterize", characterize_app), ("sim", sim_app)):
        lines += _command(typer.main.get_command(app), f"python -m {name}", 0)
    return "\n".join(lines)


# Typer's own parts have no types: it brought its command lines from Click.
def _command(command: Any, name: str, depth: int) -> list[str]:
    lines = []
    if depth:
        lines += [f"## {name}", "", *(command.help or "").replace("\b", "").split("\n"), ""]
    if hasattr(command, "commands"):
        for inner, found in sorted(command.commands.items()):
            lines += _command(found, f"{name} {inner}", depth + 1)
        return lines
    lines += ["| | | default |", "|---|---|---|"]
    for parameter in command.params:
        if parameter.param_type_name == "option":
            called = ", ".join(f"`{text}`" for text in parameter.opts)
            about = parameter.help or ""
        else:
            called = f"`{parameter.name}`"
            about = getattr(parameter, "help", None) or ""
        if parameter.name != "help":
            lines.append(f"| {called} | {_cell(about)} | {_cell(_default(parameter))} |")
    return [*lines, ""]


def _default(parameter: Any) -> str:
    if parameter.required:
        return "needed"
    value = parameter.default
    # The path of a checkout is no default of others.
    if value in (None, False, "") or callable(value) or "UNSET" in repr(value):
        return ""
    path = Path(str(value))
    return path.name if path.is_absolute() else str(value)


def tables() -> str:
    """A section for each table, with its columns."""
    package = json.loads((REPOSITORY / "results" / "datapackage.json").read_text("utf-8"))
    lines = [
        "# Tables", "",
        f"Version {package['version']} of the schema. The files lie in `results/`; "
        "`results/datapackage.json` says the same to programs.", "",
    ]  # fmt: skip
    for resource in package["resources"]:
        lines += [f"## {resource['path']}", "", "| column | type | unit | meaning |"]
        lines.append("|---|---|---|---|")
        for field in resource["schema"]["fields"]:
            lines.append(
                f"| `{field['name']}` | {field['type']} | {_cell(field.get('unit', ''))} | "
                f"{_cell(field['description'])} |"
            )
        lines.append("")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> None:
    """Write both pages."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "commands.md").write_text(commands(), encoding="utf-8")
    (folder / "tables.md").write_text(tables(), encoding="utf-8")


if __name__ == "__main__":
    main()
