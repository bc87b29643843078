using System.Text.Json.Serialization;

namespace EdgeSync.Contracts.Acknowledgements;

/// <summary>What happened.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AcknowledgementEvent>))]
public enum AcknowledgementEvent
{
    /// <summary>A new release was found and its record accepted; without a release, a trust root or a list of revocations was.</summary>
    [JsonStringEnumMemberName("received")] Received,

    /// <summary>A release or bundle was refused; nothing changed.</summary>
    [JsonStringEnumMemberName("rejected")] Rejected,

    /// <summary>All that the bundle needs is here, verified, and known to the container runtime.</summary>
    [JsonStringEnumMemberName("staged")] Staged,

    /// <summary>Staged, but something must come first (a window, a hold, a time).</summary>
    [JsonStringEnumMemberName("waiting")] Waiting,

    /// <summary>Applying begins.</summary>
    [JsonStringEnumMemberName("activating")] Activating,

    /// <summary>Every object is healthy.</summary>
    [JsonStringEnumMemberName("healthy")] Healthy,

    /// <summary>The bundle did not become healthy, or could not be applied.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>The site is back at its last-good bundle.</summary>
    [JsonStringEnumMemberName("rolledBack")] RolledBack,

    /// <summary>The live state differs from the applied state.</summary>
    [JsonStringEnumMemberName("drifted")] Drifted,

    /// <summary>The live state equals the applied state again.</summary>
    [JsonStringEnumMemberName("repaired")] Repaired,

    /// <summary>A person or device at the site holds changes.</summary>
    [JsonStringEnumMemberName("held")] Held,

    /// <summary>The hold is over.</summary>
    [JsonStringEnumMemberName("released")] Released,

    /// <summary>What runs is not accepted by the trust policy of today; it runs on.</summary>
    [JsonStringEnumMemberName("distrusted")] Distrusted,

    /// <summary>Somebody at the site made a preflight; <see cref="Acknowledgement.Preflight"/> has its answer and its checks.</summary>
    [JsonStringEnumMemberName("preflight")] Preflight,

    /// <summary>The last window of a night has closed; <see cref="Acknowledgement.Night"/> says what became of what was planned.</summary>
    [JsonStringEnumMemberName("nightReport")] NightReport,
}
