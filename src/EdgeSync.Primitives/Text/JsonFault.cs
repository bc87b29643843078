using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EdgeSync.Primitives.Text;

/// <summary>JSON that EdgeSync itself refuses. The message is its own and fit for a person, which that of another <see cref="JsonException"/> is not.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "Without its own words it would be a JsonException")]
public sealed class JsonFault(string message, Exception? cause = null) : JsonException(message, cause);
