"""What the rows of a file say of people and of open loans, and their way into the library. It knows no terminal."""
