namespace EdgeSync.Reconciliation.Windows;

/// <summary>When a channel's work may begin.</summary>
/// <param name="Download">When content may be downloaded.</param>
/// <param name="Activate">When an activation may begin.</param>
public sealed record ChannelWindows(WindowSchedule Download, WindowSchedule Activate)
{
    /// <summary>How much later than others this site does what all would do at once: its windows open so much later, and so does its first poll come.</summary>
    public TimeSpan Splay { get; init; }

    /// <summary>At any time.</summary>
    public static ChannelWindows Always { get; } = new(WindowSchedule.Always, WindowSchedule.Always);
}
