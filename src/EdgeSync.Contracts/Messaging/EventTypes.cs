namespace EdgeSync.Contracts.Messaging;

/// <summary>The CloudEvents types of the messages between site and HQ.</summary>
public static class EventTypes
{
    /// <summary>A <see cref="Presence"/>.</summary>
    public const string Presence = "dev.edgesync.presence.v1";

    /// <summary>A <see cref="SiteStatus"/>.</summary>
    public const string Status = "dev.edgesync.status.v1";

    /// <summary>A <see cref="Confirmation"/>.</summary>
    public const string Confirmation = "dev.edgesync.confirmation.v1";

    /// <summary>A <see cref="SiteCommand"/>.</summary>
    public const string Command = "dev.edgesync.command.v1";
}
