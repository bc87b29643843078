using System.Globalization;
using System.Text.RegularExpressions;
using EdgeSync.Testing;

namespace EdgeSync.Page.Tests;

/// <summary>The page is read in the sun: every text has a contrast of 7:1 (WCAG 2.2, AAA), by day and in the dark.</summary>
public sealed partial class ContrastTests
{
    private const double Least = 7;
    private static readonly string[] Tones = ["good", "busy", "warn", "kept", "held", "bad", "plain"];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Colours_OfText_HaveTheContrastOfTheHighestLevel(int scheme)
    {
        var colours = Read(scheme);
        var pairs = new List<(string Text, string Ground)>
        {
            ("text", "page"), ("text", "surface"), ("muted", "page"), ("muted", "surface"), ("link", "surface"), ("accent-text", "accent"), ("text", "held-soft"), ("muted", "held-soft"),
        };
        pairs.AddRange(Tones.SelectMany(tone => new[] { (tone, $"{tone}-soft"), (tone, "surface"), ("solid-text", $"{tone}-solid") }));

        var weak = pairs.Select(pair => (Pair: pair, Contrast: Contrast(colours[pair.Text], colours[pair.Ground]))).Where(found => found.Contrast < Least);

        Assert.Empty(weak.Select(found => string.Create(CultureInfo.InvariantCulture, $"{found.Pair.Text} on {found.Pair.Ground}: {found.Contrast:0.00}")));
    }

    [Fact]
    public void Contrast_OfKnownColours_IsRight()
    {
        Assert.Equal(21, Contrast("#ffffff", "#000000"), 3);
        Assert.Equal(4.54, Contrast("#767676", "#ffffff"), 2);
    }

    // The colours by day, and those that the dark replaces.
    private static Dictionary<string, string> Read(int scheme)
    {
        var blocks = RootBlock().Matches(File.ReadAllText(RepositoryFile.Path("src/EdgeSync.Agent/Page/Assets/page.css"))).Select(match => match.Value).ToList();
        Assert.Equal(2, blocks.Count);
        var colours = new Dictionary<string, string>();
        foreach (var block in blocks.Take(scheme + 1))
        {
            foreach (Match colour in Variable().Matches(block))
            {
                colours[colour.Groups[1].Value] = colour.Groups[2].Value;
            }
        }

        return colours;
    }

    private static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string colour)
    {
        var parts = new[] { 1, 3, 5 }.Select(at => int.Parse(colour.AsSpan(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) / 255.0)
            .Select(part => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4)).ToList();
        return (0.2126 * parts[0]) + (0.7152 * parts[1]) + (0.0722 * parts[2]);
    }

    [GeneratedRegex(@":root \{[^}]*\}")]
    private static partial Regex RootBlock();

    [GeneratedRegex("--([a-z-]+): (#[0-9a-f]{6});")]
    private static partial Regex Variable();
}
