# Tests of src/diffusion.
