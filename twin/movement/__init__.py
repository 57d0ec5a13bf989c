"""How people move: demographics, fundamental diagrams, engines."""
