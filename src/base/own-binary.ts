/** This very binary, even where another version has been put in its place since it was started. proc(5). */
export const OWN_BINARY = "/proc/self/exe";
