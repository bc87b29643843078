namespace EdgeSync.Contracts.Messaging;

/// <summary>A CloudEvents 1.0 event in structured JSON: what presence, status, confirmations and commands travel in.</summary>
/// <typeparam name="T">The content.</typeparam>
public sealed record CloudEvent<T>
{
    /// <summary>The version of the CloudEvents specification.</summary>
    public string Specversion { get; set; } = "1.0";

    /// <summary>Unique for its source.</summary>
    public required string Id { get; init; }

    /// <summary>The sender: <c>/fleets/FLEET/sites/SITE</c> or <c>/hq</c>.</summary>
    public required string Source { get; init; }

    /// <summary>What it is, for example <c>dev.edgesync.status.v1</c>.</summary>
    public required string Type { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The media type of <see cref="Data"/>.</summary>
    public string Datacontenttype { get; set; } = "application/json";

    /// <summary>The content.</summary>
    public required T Data { get; init; }
}
