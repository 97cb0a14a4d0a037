"""Tables as other programs take them: the public ones, the evidence, interchange and its blank templates."""
