// What stands in the box with the focus is selected, so that the next scan replaces it. Where there is a list to read, the
// box takes the focus only if no keyboard comes up over the list.
const box = document.querySelector("input[autofocus], input[data-focus]");
if (box?.hasAttribute("data-focus") && matchMedia("(pointer: fine)").matches) box.focus({ preventScroll: true });
if (box === document.activeElement || box?.hasAttribute("autofocus")) box.select();
