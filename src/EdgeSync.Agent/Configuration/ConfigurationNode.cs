namespace EdgeSync.Agent.Configuration;

/// <summary>A piece of the configuration together with where it was written.</summary>
internal abstract class ConfigurationNode(string where)
{
    /// <summary><c>file:line:column</c>, or the name of the environment variable.</summary>
    public string Where { get; } = where;

    /// <summary>What the node is, in words for a message.</summary>
    public abstract string Kind { get; }

    internal sealed class Scalar(string where, string value, bool isNull) : ConfigurationNode(where)
    {
        public string Value { get; } = value;

        /// <summary>Nothing, <c>~</c> or <c>null</c> without quotes.</summary>
        public bool IsNull { get; } = isNull;

        public override string Kind => IsNull ? "nothing" : "a single value";
    }

    internal sealed class Sequence(string where) : ConfigurationNode(where)
    {
        public List<ConfigurationNode> Items { get; } = [];

        public override string Kind => "a list";
    }

    internal sealed class Mapping(string where) : ConfigurationNode(where)
    {
        /// <summary>In the order of the file, then what the environment adds.</summary>
        public List<Entry> Entries { get; } = [];

        public override string Kind => "a section with keys";

        public Entry? Find(string key) => Entries.Find(entry => entry.IsCalled(key));
    }

    /// <summary>A key and its value; a name from the environment fits without regard to case and underscores.</summary>
    internal sealed record Entry(string Name, string Where, bool FromEnvironment, ConfigurationNode Value)
    {
        public bool IsCalled(string key) => FromEnvironment
            ? string.Equals(Name.Replace("_", "", StringComparison.Ordinal), key, StringComparison.OrdinalIgnoreCase)
            : string.Equals(Name, key, StringComparison.Ordinal);
    }
}
