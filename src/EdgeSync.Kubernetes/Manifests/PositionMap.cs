using EdgeSync.Yaml;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>The position of each value of an object in its file, by JSON pointer (RFC 6901).</summary>
public sealed class PositionMap
{
    // No JSON pointer ends with it: '~' is written '~0'.
    internal const string KeyMark = "~";

    private readonly Dictionary<string, TextPosition> _positions;
    private readonly string _prefix;

    internal PositionMap(Dictionary<string, TextPosition> positions, string prefix = "")
    {
        _positions = positions;
        _prefix = prefix;
    }

    /// <summary>
    /// The position of the value at <paramref name="path"/> (<c>/spec/containers/0/image</c>; empty for the whole object), or of the
    /// nearest value around it.
    /// </summary>
    public TextPosition Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        for (path = _prefix + path; ; path = path[..path.LastIndexOf('/')])
        {
            if (_positions.TryGetValue(path, out var position))
            {
                return position;
            }

            if (path.Length == 0)
            {
                return new TextPosition(1, 1);
            }
        }
    }

    /// <summary>As <see cref="Find"/>, but where the value of a member begins in another line than its key, the position of the key.</summary>
    public TextPosition FindKey(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return _positions.TryGetValue(_prefix + path + KeyMark, out var position) ? position : Find(path);
    }

    /// <summary>The name of a member as a JSON pointer writes it.</summary>
    public static string Escape(string member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return member.AsSpan().IndexOfAny('~', '/') < 0
            ? member
            : member.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
    }

    internal PositionMap Below(string pointer) => new(_positions, _prefix + pointer);
}
