"""How one name may be written: in other alphabets, without the letters that a keyboard lacks, in older spellings."""
