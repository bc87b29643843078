using System.Text.Json.Serialization;

namespace EdgeSync.Bundles.Linting;

/// <summary>How bad a <see cref="LintFinding"/> is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LintSeverity>))]
public enum LintSeverity
{
    /// <summary>Good to know; nothing needs to change.</summary>
    [JsonStringEnumMemberName("info")] Info,

    /// <summary>It can work, but probably not as meant, or not at every site.</summary>
    [JsonStringEnumMemberName("warning")] Warning,

    /// <summary>It cannot work at a site; no bundle is built.</summary>
    [JsonStringEnumMemberName("error")] Error,
}
