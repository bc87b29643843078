using System.Text.RegularExpressions;
using EdgeSync.Oci.References;

namespace EdgeSync.Bundles.Linting;

/// <summary>
/// Finds images in texts: the values of variables and ConfigMaps, arguments, and fields of custom resources. It would rather miss one than take an
/// address, a path or a version for an image, so it wants a tag or a digest, and a name that speaks of an image or a registry that is written out.
/// </summary>
internal static partial class ImageText
{
    private const int MaxLength = 512;
    private const int DigestLength = 64;

    // After the word 'image', these say that the value is something else than an image's name.
    private static readonly HashSet<string> OtherWords = new(StringComparer.Ordinal)
    {
        "pull", "policy", "secret", "secrets", "tag", "tags", "type", "format", "size", "dir", "path", "file", "folder", "registry", "version", "width",
        "height", "quality", "id", "server", "service", "svc", "addr", "address", "host", "port", "endpoint", "api", "cache", "bucket", "gc", "credential",
        "credentials", "architecture", "os", "platform", "hash", "digest", "label", "labels", "prefix", "suffix", "pattern",
    };

    private static readonly string[] Pictures =
        [".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".bmp", ".iso", ".img", ".qcow2", ".raw", ".vmdk", ".tar", ".gz", ".zip", ".html", ".json", ".yaml"];

    /// <summary>The images in a text that has this name (a variable, a key, a flag, a field).</summary>
    public static IEnumerable<string> Find(string name, string text)
    {
        var value = text.Trim();
        if (value.Length is > 0 and <= MaxLength && !value.Any(char.IsWhiteSpace) && !Inner().IsMatch(value))
        {
            return IsImage(name, value) ? [value] : [];
        }

        return Inner().Matches(text).Where(match => !IsInComment(text, match.Index) && IsImage(match.Groups["name"].Value, match.Groups["value"].Value)).Select(match => match.Groups["value"].Value);
    }

    /// <summary>The images in a list of arguments: <c>--image=X</c>, <c>--image X</c>.</summary>
    public static IEnumerable<(int Index, string Image)> FindInArguments(IReadOnlyList<string?> arguments)
    {
        var flag = "";
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i] ?? "";
            foreach (var image in Find(argument.StartsWith('-') ? "" : flag, argument))
            {
                yield return (i, image);
            }

            flag = argument.StartsWith('-') && !argument.Contains('=', StringComparison.Ordinal) ? argument : "";
        }
    }

    private static bool IsInComment(string text, int index)
    {
        var line = text.AsSpan(0, index);
        line = line[(line.LastIndexOf('\n') + 1)..].TrimStart();
        return line.StartsWith("#", StringComparison.Ordinal) || line.StartsWith("//", StringComparison.Ordinal);
    }

    private static bool IsImage(string name, string value)
    {
        if (!OciReference.TryParseImage(value, out var image) || Array.Exists(Pictures, ending => value.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
        {
            return false;
        }

        var slash = value.IndexOf('/', StringComparison.Ordinal);
        var tag = value.LastIndexOf(':') is var colon && colon > value.LastIndexOf('/') && image.Digest is null ? value[(colon + 1)..] : "";
        var hasHost = slash > 0 && value.AsSpan(0, slash).IndexOfAny('.', ':') > 0;
        var speaks = SpeaksOfImage(name, out var isLastWord);
        return image.Digest is not null ? value.Length - value.IndexOf('@', StringComparison.Ordinal) > DigestLength
            : speaks ? hasHost || (tag.Length > 0 && (isLastWord || slash > 0 || !tag.All(char.IsAsciiDigit)))
            : hasHost && tag.Length > 0 && LooksLikeVersion(tag);
    }

    // A port and a method of an API (host/v1/models/m:predict) are in that place too.
    private static bool LooksLikeVersion(string tag) => tag == "latest" || (tag.Any(char.IsAsciiDigit) && !(tag.Length > 3 && tag.All(char.IsAsciiDigit)));

    private static bool SpeaksOfImage(string name, out bool isLastWord)
    {
        string[] words = [.. Words().Matches(name).Select(match => match.Value.ToLowerInvariant())];
        var at = Array.FindLastIndex(words, word => word is "image" or "images" or "img" or "dockerimage" or "containerimage");
        isLastWord = at >= 0 && (at == words.Length - 1 || words[at + 1] is "name" or "ref" or "reference");
        return at >= 0 && !words[(at + 1)..].Any(OtherWords.Contains);
    }

    [GeneratedRegex("[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Words();

    // name: value, name=value and "name": "value", as YAML, JSON, shells and flags write them.
    [GeneratedRegex("""(?<![A-Za-z0-9_.\-])(?<name>[A-Za-z0-9_.\-]{0,100}[Ii][Mm][Aa]?[Gg][A-Za-z0-9_.\-]{0,100})["']?(?:[ \t]*:[ \t]+|[ \t]*=[ \t]*|["'][ \t]*:[ \t]*)["']?(?<value>[A-Za-z0-9][A-Za-z0-9._\-/:@]*)""",
        RegexOptions.CultureInvariant)]
    private static partial Regex Inner();
}
