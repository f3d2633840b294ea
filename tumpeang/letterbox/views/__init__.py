"""The pages of the public face: the way in, the form, the page without a draft, the code, and leaving."""
