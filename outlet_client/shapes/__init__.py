"""What the kernel reads, in the shape in which the counter's pages want it."""
