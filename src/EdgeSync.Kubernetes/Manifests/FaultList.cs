using EdgeSync.Yaml;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>Collects the faults of one file, up to a number that a person can still read.</summary>
internal sealed class FaultList(string file)
{
    private const int MaxFaults = 100;
    private readonly List<ManifestFault> _faults = [];

    public bool IsEmpty => _faults.Count == 0;

    public void Add(TextPosition position, string message)
    {
        if (_faults.Count < MaxFaults)
        {
            _faults.Add(new ManifestFault(file, position.Line, position.Column, message));
        }
    }

    public void ThrowIfAny()
    {
        if (!IsEmpty)
        {
            throw new ManifestException([.. _faults.OrderBy(fault => fault.Line).ThenBy(fault => fault.Column)]);
        }
    }
}
