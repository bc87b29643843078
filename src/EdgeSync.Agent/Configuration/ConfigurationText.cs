using System.Text;
using EdgeSync.Primitives.Storage;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary>Reads <c>edgesync.yaml</c> and <c>trust.yaml</c> from disk.</summary>
internal static class ConfigurationText
{
    private const int MaxBytes = 1 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The root; null, with faults, when the file cannot be read.</summary>
    public static YamlNode? Read(YamlFile file)
    {
        if (BoundedFile.Read(file.Name, MaxBytes, out var problem) is { } bytes)
        {
            try
            {
                return file.Parse(StrictUtf8.GetString(bytes).TrimStart('\uFEFF'));
            }
            catch (DecoderFallbackException)
            {
                problem = "is not UTF-8 text";
            }
        }

        file.Fault(null, "", problem);
        return null;
    }
}
