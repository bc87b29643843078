using System.Text;
using EdgeSync.Yaml;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>The text of a manifest file, checked for what Kubernetes' YAML reader refuses before it parses.</summary>
internal static class ManifestText
{
    public const char ByteOrderMark = '\uFEFF';

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text, or null after adding to the faults.</summary>
    public static string? Decode(ReadOnlySpan<byte> utf8, FaultList faults)
    {
        if (utf8 is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            faults.Add(new TextPosition(1, 1), "the file is UTF-16; Kubernetes manifests are UTF-8");
            return null;
        }

        string text;
        try
        {
            text = Strict.GetString(utf8);
        }
        catch (DecoderFallbackException failure)
        {
            var line = utf8[..failure.Index].Count((byte)'\n') + 1;
            var column = failure.Index - utf8[..failure.Index].LastIndexOf((byte)'\n');
            faults.Add(new TextPosition(line, column), "this byte is not valid UTF-8");
            return null;
        }

        return text;
    }
}
