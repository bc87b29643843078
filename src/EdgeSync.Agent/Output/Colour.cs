namespace EdgeSync.Agent.Output;

/// <summary>The colours in use, by their number in the terminal's language (ECMA-48, SGR).</summary>
internal enum Colour
{
    None = 0,
    Red = 31,
    Green = 32,
    Yellow = 33,
    Blue = 34,
}
