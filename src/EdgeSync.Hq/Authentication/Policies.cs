namespace EdgeSync.Hq.Authentication;

/// <summary>The names of the authorization policies.</summary>
internal static class Policies
{
    public const string Operator = nameof(Operator);
}
