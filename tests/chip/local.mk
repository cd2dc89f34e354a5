# Tests of src/chip.
