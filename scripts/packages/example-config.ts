import { exampleFile } from "../../src/config/example-file.ts";

// Prints the config file of the packages.
process.stdout.write(exampleFile());
