namespace EdgeSync.Primitives.Tests.Timing;

/// <summary>Draws the same number every time.</summary>
internal sealed class FixedRandom(double value) : Random
{
    public override double NextDouble() => value;
}
