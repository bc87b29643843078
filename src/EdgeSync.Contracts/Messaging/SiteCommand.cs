using System.Text.Json.Serialization;

namespace EdgeSync.Contracts.Messaging;

/// <summary>A hint from HQ. It carries no authority: a site may follow it, and loses nothing if it is forged or lost.</summary>
/// <param name="Kind">The command.</param>
/// <param name="From">For <see cref="CommandKind.ResendFrom"/>: the first number to send.</param>
public sealed record SiteCommand(CommandKind Kind, long? From = null);

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
}
