"""The .bench format of the ISCAS circuits."""
