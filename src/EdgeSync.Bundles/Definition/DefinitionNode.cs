using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Definition;

/// <summary>One value of <c>bundle.yaml</c> and where it stands.</summary>
internal abstract class DefinitionNode(TextPosition position)
{
    public TextPosition Position { get; } = position;

    internal sealed class Text(TextPosition position, string value, bool isQuoted) : DefinitionNode(position)
    {
        public string Value { get; } = value;

        public bool IsQuoted { get; } = isQuoted;

        /// <summary>Nothing written, or <c>null</c>.</summary>
        public bool IsNull => !IsQuoted && Value is ("" or "~" or "null" or "Null" or "NULL");
    }

    internal sealed class List(TextPosition position, IReadOnlyList<DefinitionNode> items) : DefinitionNode(position)
    {
        public IReadOnlyList<DefinitionNode> Items { get; } = items;
    }

    internal sealed class Map(TextPosition position, IReadOnlyDictionary<string, Entry> entries) : DefinitionNode(position)
    {
        public IReadOnlyDictionary<string, Entry> Entries { get; } = entries;
    }

    internal sealed record Entry(TextPosition KeyPosition, DefinitionNode Value);
}
