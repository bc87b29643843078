using System.Text.Json.Serialization;

namespace EdgeSync.Contracts.Messaging;

/// <summary>A hint from HQ. It carries no authority: a site may follow it, and loses nothing if it is forged or lost.</summary>
/// <param name="Kind">The command.</param>
/// <param name="From">For <see cref="CommandKind.ResendFrom"/>: the first number to send.</param>
/// <param name="Request">For <see cref="CommandKind.SendDiff"/> and <see cref="CommandKind.Preflight"/>: what the answer must repeat, so that no older answer passes for it.</param>
/// <param name="Preflight">For <see cref="CommandKind.Preflight"/>: what is asked for.</param>
public sealed record SiteCommand(CommandKind Kind, long? From = null, string? Request = null, PreflightHint? Preflight = null)
{
    /// <summary>The longest <see cref="Request"/>, in characters.</summary>
    public const int MaxRequestLength = 64;
}

/// <summary>What a <see cref="SiteCommand"/> asks.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CommandKind>))]
public enum CommandKind
{
    /// <summary>Look at the channels now.</summary>
    [JsonStringEnumMemberName("lookNow")] LookNow,

    /// <summary>Send ledger entries again from a number on.</summary>
    [JsonStringEnumMemberName("resendFrom")] ResendFrom,

    /// <summary>Send the status now.</summary>
    [JsonStringEnumMemberName("sendReport")] SendReport,

    /// <summary>Renew the certificate now. HQ does not know this site and registers it by the renewal.</summary>
    [JsonStringEnumMemberName("renewCertificate")] RenewCertificate,

    /// <summary>Compare the cluster with what should run, and send the signed result.</summary>
    [JsonStringEnumMemberName("sendDiff")] SendDiff,

    /// <summary>Make a preflight, if the site's configuration lets HQ ask for one.</summary>
    [JsonStringEnumMemberName("preflight")] Preflight,
}
