/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions that the kernel knows by name: X(name, inputs, value of a, b, ...).
 * Whatever is none of these, inputs in any order, is looked up in its truth table,
 * which is slower. An expression holds for bits, words and vectors alike.
 */
#ifndef GW_FUNCTIONS_H
#define GW_FUNCTIONS_H

#define GW_FUNCTIONS(X) \
    X(BUF, 1, a) \
    X(INV, 1, ~a) \
    X(AND2, 2, a & b) \
    X(NAND2, 2, ~(a & b)) \
    X(OR2, 2, a | b) \
    X(NOR2, 2, ~(a | b)) \
    X(XOR2, 2, a ^ b) \
    X(XNOR2, 2, ~(a ^ b)) \
    X(ANDN2, 2, a & ~b) \
    X(ORN2, 2, a | ~b) \
    X(AND3, 3, a & b & c) \
    X(NAND3, 3, ~(a & b & c)) \
    X(OR3, 3, a | b | c) \
    X(NOR3, 3, ~(a | b | c)) \
    X(XOR3, 3, a ^ b ^ c) \
    X(XNOR3, 3, ~(a ^ b ^ c)) \
    X(AO21, 3, (a & b) | c) \
    X(AOI21, 3, ~((a & b) | c)) \
    X(OA21, 3, (a | b) & c) \
    X(OAI21, 3, ~((a | b) & c)) \
    X(MAJ3, 3, (a & b) | (c & (a | b))) \
    X(MAJI3, 3, ~((a & b) | (c & (a | b)))) \
    X(MUX2, 3, (a & ~c) | (b & c)) \
    X(MUXI2, 3, ~((a & ~c) | (b & c))) \
    X(AND3B, 3, a & b & ~c) \
    X(NAND3B, 3, ~(a & b & ~c)) \
    X(OR3B, 3, a | b | ~c) \
    X(NOR3B, 3, ~(a | b | ~c)) \
    X(AO21B, 3, (a & b) | ~c) \
    X(AOI21B, 3, ~((a & b) | ~c)) \
    X(OA21B, 3, (a | b) & ~c) \
    X(OAI21B, 3, ~((a | b) & ~c)) \
    X(AND4, 4, a & b & c & d) \
    X(NAND4, 4, ~(a & b & c & d)) \
    X(OR4, 4, a | b | c | d) \
    X(NOR4, 4, ~(a | b | c | d)) \
    X(AO22, 4, (a & b) | (c & d)) \
    X(AOI22, 4, ~((a & b) | (c & d))) \
    X(OA22, 4, (a | b) & (c | d)) \
    X(OAI22, 4, ~((a | b) & (c | d))) \
    X(AO211, 4, (a & b) | c | d) \
    X(AOI211, 4, ~((a & b) | c | d)) \
    X(OA211, 4, (a | b) & c & d) \
    X(OAI211, 4, ~((a | b) & c & d)) \
    X(AO31, 4, (a & b & c) | d) \
    X(AOI31, 4, ~((a & b & c) | d)) \
    X(OA31, 4, (a | b | c) & d) \
    X(OAI31, 4, ~((a | b | c) & d)) \
    X(AND4B, 4, a & b & c & ~d) \
    X(AND4BB, 4, a & b & ~(c | d)) \
    X(NAND4B, 4, ~(a & b & c & ~d)) \
    X(NAND4BB, 4, ~(a & b) | c | d) \
    X(OR4B, 4, a | b | c | ~d) \
    X(OR4BB, 4, a | b | ~(c & d)) \
    X(NOR4B, 4, ~(a | b | c | ~d)) \
    X(NOR4BB, 4, ~(a | b) & c & d) \
    X(AO2BB2, 4, (a & b) | ~(c | d)) \
    X(AOI2BB2, 4, ~((a & b) | ~(c | d))) \
    X(OA2BB2, 4, (a | b) & ~(c & d)) \
    X(OAI2BB2, 4, ~((a | b) & ~(c & d))) \
    X(AO221, 5, (a & b) | (c & d) | e) \
    X(AOI221, 5, ~((a & b) | (c & d) | e)) \
    X(OA221, 5, (a | b) & (c | d) & e) \
    X(OAI221, 5, ~((a | b) & (c | d) & e)) \
    X(AO311, 5, (a & b & c) | d | e) \
    X(AOI311, 5, ~((a & b & c) | d | e)) \
    X(OA311, 5, (a | b | c) & d & e) \
    X(OAI311, 5, ~((a | b | c) & d & e)) \
    X(AO32, 5, (a & b & c) | (d & e)) \
    X(AOI32, 5, ~((a & b & c) | (d & e))) \
    X(OA32, 5, (a | b | c) & (d | e)) \
    X(OAI32, 5, ~((a | b | c) & (d | e))) \
    X(AO41, 5, (a & b & c & d) | e) \
    X(AOI41, 5, ~((a & b & c & d) | e)) \
    X(OA41, 5, (a | b | c | d) & e) \
    X(OAI41, 5, ~((a | b | c | d) & e)) \
    X(AO2111, 5, (a & b) | c | d | e) \
    X(AOI2111, 5, ~((a & b) | c | d | e)) \
    X(OA2111, 5, (a | b) & c & d & e) \
    X(OAI2111, 5, ~((a | b) & c & d & e)) \
    X(AO222, 6, (a & b) | (c & d) | (e & f)) \
    X(AOI222, 6, ~((a & b) | (c & d) | (e & f)))

enum gw_function {
#define GW_ENUM(name, inputs, value) GW_##name,
    GW_FUNCTIONS(GW_ENUM)
#undef GW_ENUM
    GW_TABLE
};

#endif
