"""The component set every page is made of, and the shell's menu."""
