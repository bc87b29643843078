namespace EdgeSync.Bundles.Values;

/// <summary>Where the values of a bundle come from at a site. What the site says counts more than what the release says, and both more than the bundle.</summary>
public sealed record ValueSources
{
    /// <summary>The site's name.</summary>
    public required string Site { get; init; }

    /// <summary>The fleet's name.</summary>
    public required string Fleet { get; init; }

    /// <summary>The site's labels, which also decide about components.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>The site's own values, from its configuration.</summary>
    public IReadOnlyDictionary<string, SiteValue> Own { get; init; } = new Dictionary<string, SiteValue>();

    /// <summary>The values of the release.</summary>
    public IReadOnlyDictionary<string, string> Release { get; init; } = new Dictionary<string, string>();

    /// <summary>What was in effect before and counts alone; null where the values are looked for.</summary>
    public ValuesInEffect? Kept { get; init; }
}

/// <summary>A value of a site: its text, or where a secret is.</summary>
public sealed record SiteValue
{
    private SiteValue(string? text, SecretSource? source)
    {
        Text = text;
        Source = source;
    }

    /// <summary>The value; null for a secret.</summary>
    public string? Text { get; }

    /// <summary>Where the secret is; null for a value that is none.</summary>
    public SecretSource? Source { get; }

    /// <summary>A value that is no secret.</summary>
    public static SiteValue Of(string text) => new(text, source: null);

    /// <summary>A secret.</summary>
    public static SiteValue Of(SecretSource source) => new(text: null, source);
}
