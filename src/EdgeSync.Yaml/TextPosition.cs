namespace EdgeSync.Yaml;

/// <summary>A place in a text file. Lines and columns count from 1.</summary>
public readonly record struct TextPosition(int Line, int Column);
