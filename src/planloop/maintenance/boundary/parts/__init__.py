"""What the model is made of: each part adds its columns and rows, and knows its formula.

In all formulas ``s_i`` is 1 if cell i is inside the boundary afterwards and ``z_p`` is 1 if project
p is served; ``a`` is area and ``b`` the part of it that the binding reading of the expansion
multiple counts, both in whole dm².
"""
