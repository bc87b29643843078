using System.Diagnostics.CodeAnalysis;

namespace EdgeSync.Bundles.Archives;

/// <summary>Ends the reading of an archive at once; <see cref="ContentArchiveReader"/> turns it into a failure with the layer's name.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "Never leaves this folder")]
internal sealed class ArchiveException(string message, Exception? innerException = null) : Exception(message, innerException);
