// What stands in the box with the focus is selected, so that the next scan replaces it.
document.querySelector("input[autofocus]")?.select();
