"""The boundary swap: which land goes into the urban development boundary, and which goes out."""
