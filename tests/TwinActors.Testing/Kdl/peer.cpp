// Rigid-body kinematics and dynamics by orocos-kdl, for comparison. Reads a robot, a tip and states from standard
// input; prints efforts, poses and accelerations (check), or processor time per call in nanoseconds (time N).
#include <ctime>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

#include <kdl/chainfdsolver_recursive_newton_euler.hpp>
#include <kdl/tree.hpp>
#include <kdl/treefksolverpos_recursive.hpp>
#include <kdl/treeidsolver_recursive_newton_euler.hpp>

static KDL::Vector read_vector() {
    double x, y, z;
    std::cin >> x >> y >> z;
    return KDL::Vector(x, y, z);
}

static KDL::Frame read_frame() {
    const KDL::Vector p = read_vector();
    double x, y, z, w;
    std::cin >> x >> y >> z >> w;
    return KDL::Frame(KDL::Rotation::Quaternion(x, y, z, w), p);
}

static KDL::RigidBodyInertia read_inertia() {
    double mass;
    std::cin >> mass;
    const KDL::Frame centre = read_frame();
    double xx, yy, zz, xy, xz, yz;
    std::cin >> xx >> yy >> zz >> xy >> xz >> yz;
    const KDL::RotationalInertia about(xx, yy, zz, xy, xz, yz);
    // From the axes of the centre-of-mass frame to those of the link.
    return centre * KDL::RigidBodyInertia(mass, KDL::Vector::Zero(), about);
}

static KDL::JntArray read_values(int count) {
    KDL::JntArray values(count);
    for (int i = 0; i < count; ++i) {
        std::cin >> values(i);
    }
    return values;
}

static void print(const KDL::JntArray &values) {
    for (unsigned i = 0; i < values.rows(); ++i) {
        std::printf("%s%.17g", i == 0 ? "" : " ", values(i));
    }
    std::printf("\n");
}

static double now() {
    timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(int argc, char **argv) {
    const bool timed = argc > 2 && std::strcmp(argv[1], "time") == 0;
    const int rounds = timed ? std::atoi(argv[2]) : 1;
    std::string root, tip;
    int segments, states;
    std::cin >> root;
    KDL::Tree tree(root);
    std::cin >> segments;
    std::vector<std::string> names;
    for (int i = 0; i < segments; ++i) {
        std::string name, parent, type;
        std::cin >> name >> parent >> type;
        const KDL::Frame origin = read_frame();
        const KDL::Vector axis = origin.M * read_vector();
        const KDL::RigidBodyInertia inertia = read_inertia();
        const KDL::Joint joint = type == "fixed" ? KDL::Joint(name, KDL::Joint::None)
            : KDL::Joint(name, origin.p, axis, type == "linear" ? KDL::Joint::TransAxis : KDL::Joint::RotAxis);
        if (!tree.addSegment(KDL::Segment(name, joint, origin, inertia), parent)) {
            std::fprintf(stderr, "segment %s has no parent %s\n", name.c_str(), parent.c_str());
            return 1;
        }
        names.push_back(name);
    }
    std::cin >> tip;
    const KDL::Vector gravity = read_vector();
    std::cin >> states;

    KDL::Chain chain;
    if (!tree.getChain(root, tip, chain)) {
        std::fprintf(stderr, "no chain to %s\n", tip.c_str());
        return 1;
    }
    const int count = tree.getNrOfJoints();
    const int links = chain.getNrOfJoints();
    KDL::TreeIdSolver_RNE inverse(tree, gravity);
    KDL::ChainFdSolver_RNE forward(chain, gravity);
    KDL::TreeFkSolverPos_recursive kinematics(tree);
    const std::map<std::string, KDL::Wrench> nothing;
    const KDL::Wrenches no_wrenches(chain.getNrOfSegments(), KDL::Wrench::Zero());

    for (int state = 0; state < states; ++state) {
        const KDL::JntArray q = read_values(count), v = read_values(count), a = read_values(count);
        const KDL::JntArray cq = read_values(links), cv = read_values(links), ce = read_values(links);
        KDL::JntArray efforts(count), accelerations(links);
        if (timed) {
            double start = now();
            for (int i = 0; i < rounds; ++i) {
                inverse.CartToJnt(q, v, a, nothing, efforts);
            }
            const double per_inverse = (now() - start) / rounds;
            start = now();
            for (int i = 0; i < rounds; ++i) {
                forward.CartToJnt(cq, cv, ce, no_wrenches, accelerations);
            }
            std::printf("%.17g %.17g\n", per_inverse, (now() - start) / rounds);
            continue;
        }
        if (inverse.CartToJnt(q, v, a, nothing, efforts) != 0
            || forward.CartToJnt(cq, cv, ce, no_wrenches, accelerations) != 0) {
            std::fprintf(stderr, "a solver failed\n");
            return 1;
        }
        print(efforts);
        print(accelerations);
        for (const std::string &name : names) {
            KDL::Frame pose;
            kinematics.JntToCart(q, pose, name);
            double x, y, z, w;
            pose.M.GetQuaternion(x, y, z, w);
            std::printf("%.17g %.17g %.17g %.17g %.17g %.17g %.17g\n", pose.p.x(), pose.p.y(), pose.p.z(), x, y, z, w);
        }
    }
    return 0;
}
