using System.Globalization;
using EdgeSync.Primitives;

namespace EdgeSync.Yaml;

/// <summary>Reads the values of a <see cref="YamlSection"/> by type. What cannot be read is a fault, and the fallback is returned.</summary>
public static class YamlValues
{
    /// <summary>A text; null when the key is missing or has no value, which is a fault.</summary>
    public static string? OptionalText(this YamlSection section, string key)
    {
        if (!section.TryGet(key, YamlKind.Scalar, "a single value", out var scalar))
        {
            return null;
        }

        if (scalar.IsNull || scalar.Value.Length == 0)
        {
            section.Fault(key, "has no value; write one or remove the key");
            return null;
        }

        return scalar.Value;
    }

    /// <summary>A required text; <paramref name="example"/> is what the message shows. Empty after a fault.</summary>
    public static string Text(this YamlSection section, string key, string example)
    {
        section.Require(key, example);
        return section.OptionalText(key) ?? "";
    }

    /// <summary>Reports a key that is missing.</summary>
    public static void Require(this YamlSection section, string key, string example)
    {
        if (!section.Has(key))
        {
            section.Fault(key, section.File.Rules.Missing(key, example));
        }
    }

    /// <summary>A required name, see <see cref="EntityName"/>.</summary>
    public static string Name(this YamlSection section, string key, string example)
    {
        var name = section.Text(key, example);
        if (name.Length > 0 && !EntityName.IsValid(name))
        {
            section.Fault(key, $"'{name}' is no name; {EntityName.Rule}");
        }

        return name;
    }

    /// <summary>A name; the fallback when the key is missing.</summary>
    public static string OptionalName(this YamlSection section, string key, string fallback) => section.Has(key) ? section.Name(key, fallback) : fallback;

    /// <summary>A value that <paramref name="read"/> makes of the text; the fallback when the key is missing or <paramref name="read"/> names a problem.</summary>
    public static T Value<T>(this YamlSection section, string key, T fallback, Func<string, (T Value, string? Problem)> read)
    {
        if (section.OptionalText(key) is not { } text)
        {
            return fallback;
        }

        var (value, problem) = read(text);
        if (problem is null)
        {
            return value;
        }

        section.Fault(key, problem);
        return fallback;
    }

    /// <summary>One of a few words.</summary>
    public static T Choice<T>(this YamlSection section, string key, T fallback, params (string Word, T Value)[] choices) => section.Value(key, fallback, text =>
    {
        var at = Array.FindIndex(choices, choice => choice.Word == text);
        return at >= 0 ? (choices[at].Value, null) : (fallback, $"'{text}' is not known; write {string.Join(" or ", choices.Select(choice => choice.Word))}");
    });

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static bool Flag(this YamlSection section, string key, bool fallback) => section.Choice(key, fallback, ("true", true), ("false", false));

    /// <summary>A whole number within bounds.</summary>
    public static int Number(this YamlSection section, string key, int fallback, int least, int most) => section.Value(key, fallback, text =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? (number, null)
            : (0, $"'{text}' is no number from {least} to {most}"));

    /// <summary>A duration within bounds, such as <c>1h30m</c>.</summary>
    public static TimeSpan Duration(this YamlSection section, string key, TimeSpan fallback, TimeSpan least, TimeSpan most) => section.Value(key, fallback, text =>
        !UnitText.TryDuration(text, out var duration, out var problem) ? (duration, problem)
        : duration >= least && duration <= most ? (duration, null)
        : (duration, $"'{text}' is out of bounds; write {UnitText.Duration(least)} to {UnitText.Duration(most)}"));

    /// <summary>A size in bytes, such as <c>10GiB</c>.</summary>
    public static long Size(this YamlSection section, string key, long fallback, long least) => section.Value(key, fallback, text =>
        !UnitText.TrySize(text, out var size, out var problem) ? (size, problem)
        : size >= least ? (size, null)
        : (size, $"'{text}' is too small; write {least >> 20}MiB or more"));

    /// <summary>A share from <c>1%</c> to <c>100%</c>, as a number up to 1.</summary>
    public static double Share(this YamlSection section, string key, double fallback) => section.Value(key, fallback, text =>
        (UnitText.TryShare(text, out var share, out var problem) ? share : 0, problem));
}
