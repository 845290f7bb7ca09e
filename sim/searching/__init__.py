"""Which numbers a network gets: searches under budgets, at a loss, and for the least energy.

`sensitivities` says what narrow widths of single layers do, `allocation` and `layer_widths` choose
widths of all layers by it; `settings` fills budgets, `frontier` finds the smallest budget of each
kind of scheme, `optimize` the implementation of least energy.
"""
