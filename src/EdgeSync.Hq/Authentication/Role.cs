namespace EdgeSync.Hq.Authentication;

/// <summary>What somebody may do.</summary>
public enum Role
{
    /// <summary>See everything, change nothing.</summary>
    Viewer,

    /// <summary>See and change everything.</summary>
    Operator,
}
