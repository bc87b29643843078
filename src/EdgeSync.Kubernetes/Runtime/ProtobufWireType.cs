namespace EdgeSync.Kubernetes.Runtime;

/// <summary>How a protobuf value lies in the bytes. Groups (3 and 4) are not used by CRI and refused.</summary>
internal enum ProtobufWireType
{
    Varint = 0,
    Fixed64 = 1,
    LengthDelimited = 2,
    Fixed32 = 5,
}
