namespace SuperRes.Lab.Cluster;

/// <summary>The two kinds of MPI libraries: what a communicator or a data type is to a C program differs between them.</summary>
public enum MpiFamily
{
    /// <summary>Open MPI 4 and 5: handles are addresses of the library's objects.</summary>
    OpenMpi,

    /// <summary>MPICH and its relatives (Intel MPI, MVAPICH, Cray MPICH): handles are numbers.</summary>
    Mpich,
}
