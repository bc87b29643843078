using Cronos;
using EdgeSync.Reconciliation.Windows;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary><c>windows</c> and <c>channels[].windows</c>: when downloads and activations may begin. What a channel says replaces what the site says, key by key.</summary>
internal sealed record WindowsSection
{
    private const string AnyTime = "always";
    private const string Example = "0 2 * * 1-5";
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    // Whether an expression ever comes true does not depend on when that is asked.
    private static readonly DateTime SomeTime = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Nothing is said.</summary>
    public static WindowsSection None { get; } = new();

    /// <summary>The windows of downloads; empty for any time, null where nothing is said.</summary>
    public IReadOnlyList<WindowEntry>? Download { get; init; }

    /// <summary>The windows of activations; likewise.</summary>
    public IReadOnlyList<WindowEntry>? Activate { get; init; }

    /// <summary>The days on which nothing begins; likewise.</summary>
    public IReadOnlyList<Blackout>? Blackouts { get; init; }

    /// <summary>How far the sites' openings and first polls are spread; null where nothing is said.</summary>
    public TimeSpan? Splay { get; init; }

    public static WindowsSection Read(YamlSection reader) => new()
    {
        Download = ReadList(reader, "download", AnyTime, ReadWindow),
        Activate = ReadList(reader, "activate", AnyTime, ReadWindow),
        Blackouts = ReadList(reader, "blackout", "none", BlackoutReader.Read),
        Splay = reader.Has("splay") ? reader.Duration("splay", TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromHours(12)) : null,
    };

    /// <summary>Why the splay does not fit the windows, or null. <paramref name="site"/> counts where this says nothing.</summary>
    public string? FindProblem(WindowsSection site)
    {
        var splay = Splay ?? site.Splay ?? TimeSpan.Zero;
        var shortest = (Download ?? site.Download ?? []).Concat(Activate ?? site.Activate ?? []).MinBy(entry => entry.Duration);
        return shortest is not null && splay >= shortest.Duration
            ? $"the splay of {UnitText.Duration(splay)} is not shorter than the window '{shortest.Cron}' of {UnitText.Duration(shortest.Duration)}, which some sites would never see open"
            : null;
    }

    /// <summary>
    /// The same for the pipeline. <paramref name="site"/> counts where this says nothing, and its zone where a window names none; <paramref name="share"/> is this
    /// site's share of a splay.
    /// </summary>
    public ChannelWindows ToWindows(WindowsSection site, TimeZoneInfo zone, Func<TimeSpan, TimeSpan> share)
    {
        var blackouts = Blackouts ?? site.Blackouts ?? [];
        var later = share(Splay ?? site.Splay ?? TimeSpan.Zero);
        return new ChannelWindows(ToSchedule(Download ?? site.Download), ToSchedule(Activate ?? site.Activate)) { Splay = later };

        WindowSchedule ToSchedule(IReadOnlyList<WindowEntry>? entries) =>
            new([.. (entries ?? []).Select(entry => new Window(entry.Cron, entry.Duration, entry.Zone ?? zone) { Splay = later })], blackouts, zone);
    }

    // Null where the key is missing, and nothing where it has the word in place of a list.
    private static List<T>? ReadList<T>(YamlSection reader, string key, string word, Func<YamlSection, T?> read)
        where T : class
    {
        switch (reader.Find(key))
        {
            case null:
                return null;
            case { Kind: YamlKind.Scalar, IsNull: false } single:
                if (single.Value != word)
                {
                    reader.Fault(key, $"'{single.Value}' is not known; write a list, or '{word}'");
                }

                return [];
            default:
                reader.RefuseEmptyList(key);
                return [.. reader.Sections(key, read).OfType<T>()];
        }
    }

    private static WindowEntry? ReadWindow(YamlSection reader)
    {
        var cron = reader.Value("cron", null, ParseCron);
        reader.Require("cron", $"\"{Example}\"");
        reader.Require("duration", "2h");
        var duration = reader.Duration("duration", Shortest, Shortest, Longest);
        var zone = reader.OptionalTimeZone("timeZone");
        return cron is null ? null : new WindowEntry(cron, duration, zone);
    }

    private static (CronExpression? Value, string? Problem) ParseCron(string text)
    {
        if (text.StartsWith('@') || text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Length != 5)
        {
            return (null, $"'{text}' has not five fields; write minute, hour, day of the month, month and day of the week, such as \"{Example}\"");
        }

        try
        {
            var cron = CronExpression.Parse(text);
            return cron.GetNextOccurrence(SomeTime) is null ? (null, $"'{text}' never comes, such as February 30th; correct it") : (cron, null);
        }
        catch (CronFormatException failure)
        {
            return (null, $"'{text}' is no cron expression: {failure.Message}");
        }
    }
}

/// <summary>One window as it is written.</summary>
/// <param name="Cron">When it opens.</param>
/// <param name="Duration">How long it is open.</param>
/// <param name="Zone">The zone of <paramref name="Cron"/>; null for the site's.</param>
internal sealed record WindowEntry(CronExpression Cron, TimeSpan Duration, TimeZoneInfo? Zone);
