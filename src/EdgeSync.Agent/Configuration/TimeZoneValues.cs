using EdgeSync.Primitives.Text;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary>Reads time zones by their IANA names, from the data of the machine.</summary>
internal static class TimeZoneValues
{
    // Where the runtime looks for them.
    private const string Folder = "/usr/share/zoneinfo";
    private const string FolderVariable = "TZDIR";

    /// <summary>The zone of a key; null when the key is missing, or, with a fault, when the machine has no such zone.</summary>
    public static TimeZoneInfo? OptionalTimeZone(this YamlSection section, string key)
    {
        if (section.OptionalText(key) is not { } name)
        {
            return null;
        }

        if (Find(name) is { } zone)
        {
            return zone;
        }

        section.Fault(key, Problem(name, Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder ? folder : Folder));
        return null;
    }

    /// <summary>Why there is no such zone, and what to do.</summary>
    public static string Problem(string name, string folder)
    {
        if (!Directory.Exists(folder))
        {
            return $"'{name}' cannot be looked up: this machine has no time zone data in {folder}; install them, on Debian with 'apt install tzdata'";
        }

        return NearestName.Find(name, TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id)) is { } near
            ? $"'{name}' is no time zone; did you mean '{near}'?"
            : $"'{name}' is no time zone; write an IANA name, such as Europe/Berlin or UTC";
    }

    private static TimeZoneInfo? Find(string name)
    {
        try
        {
            return TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;
        }
        catch (Exception failure) when (failure is ArgumentException or IOException or UnauthorizedAccessException or System.Security.SecurityException)
        {
            return null;
        }
    }
}
