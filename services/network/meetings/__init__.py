"""Network meetings (võrgustiku koosolek): agenda on form D1, minutes and decisions on form D3."""
