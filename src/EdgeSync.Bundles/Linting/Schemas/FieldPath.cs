using System.Text;

namespace EdgeSync.Bundles.Linting.Schemas;

/// <summary>Writes a JSON pointer as people write the path of a field: <c>spec.containers[0].env[2].value</c>, <c>data["a.b"]</c>.</summary>
public static class FieldPath
{
    /// <summary>The path of the field at this JSON pointer.</summary>
    public static string Of(string jsonPointer)
    {
        ArgumentNullException.ThrowIfNull(jsonPointer);
        var text = new StringBuilder();
        foreach (var part in jsonPointer.Split('/').Skip(1).Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
        {
            if (part.Length > 0 && part.All(char.IsAsciiDigit))
            {
                text.Append(null, $"[{part}]");
            }
            else if (part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '$'))
            {
                text.Append(text.Length == 0 ? "" : ".").Append(part);
            }
            else
            {
                text.Append(null, $"[\"{part.Replace("\u00a0", "\\u00a0", StringComparison.Ordinal)}\"]");
            }
        }

        return text.ToString();
    }
}
