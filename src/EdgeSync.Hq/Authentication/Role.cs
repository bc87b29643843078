namespace EdgeSync.Hq.Authentication;

/// <summary>What a caller may do.</summary>
public enum Role
{
    /// <summary>May see everything and change nothing.</summary>
    Viewer,

    /// <summary>May see and change everything.</summary>
    Operator,
}
