/** Absolute path of the TrueType font that the sandbox writes with: the machine may have no fonts at all. */
declare const fontFile: string;
export = fontFile;
