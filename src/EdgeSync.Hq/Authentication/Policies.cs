namespace EdgeSync.Hq.Authentication;

/// <summary>Names of authorization policies.</summary>
internal static class Policies
{
    public const string Operator = nameof(Operator);
}
