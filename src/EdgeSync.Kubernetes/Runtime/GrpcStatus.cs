namespace EdgeSync.Kubernetes.Runtime;

/// <summary>The status codes of gRPC; numbers that are not listed can arrive too.</summary>
public enum GrpcStatus
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>The caller gave up.</summary>
    Cancelled = 1,

    /// <summary>An error that the server did not classify; containerd's usual answer.</summary>
    Unknown = 2,

    /// <summary>The request is wrong, whatever the state of the server.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>What was to be made exists.</summary>
    AlreadyExists = 6,

    /// <summary>Not allowed.</summary>
    PermissionDenied = 7,

    /// <summary>Space, memory or quota is used up.</summary>
    ResourceExhausted = 8,

    /// <summary>The server is in a state that forbids it.</summary>
    FailedPrecondition = 9,

    /// <summary>Aborted by a conflict.</summary>
    Aborted = 10,

    /// <summary>Past the valid range.</summary>
    OutOfRange = 11,

    /// <summary>The server has no such method or service.</summary>
    Unimplemented = 12,

    /// <summary>The server is broken.</summary>
    Internal = 13,

    /// <summary>The server is not ready now.</summary>
    Unavailable = 14,

    /// <summary>Unrecoverable loss of data.</summary>
    DataLoss = 15,

    /// <summary>No valid credentials.</summary>
    Unauthenticated = 16,
}
